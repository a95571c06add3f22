"""The working calendar: holidays, make-up days and local half-days as rows."""

"""What every room stands on: a package of small apps, one a noun."""

"""Work done after the answer: jobs in the same database, run by the worker, safe to run twice."""

"""People who work with Linli: accounts, the posts they hold, the roles of the posts, and signing in."""

"""Settings, addresses, navigation, base pages and the command line."""

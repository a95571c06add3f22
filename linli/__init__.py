"""Linli 邻里: the software a county or district runs its community governance on."""

"""地: units, grids, boundaries, lineage, compounds, buildings, dwellings."""

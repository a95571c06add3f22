"""Places: coordinates, areas, which polygon holds a point, what is wrong with boundaries, illustrative boundaries.

Coordinates are (longitude, latitude) in WGS84 degrees unless a name says metres.
"""

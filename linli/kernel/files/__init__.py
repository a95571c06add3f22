"""Photos and documents: checked by content, stripped of metadata, kept outside the database, shown to who may see them."""

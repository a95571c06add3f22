"""Chinese text: search by pairs of characters, categories by synonyms, likeness, dirt, masks."""

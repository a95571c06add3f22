"""The demonstration district: invented people, texts and cases."""

"""Code that the three backends share."""

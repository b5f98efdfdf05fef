"""Metadata formats that repositories give over OAI-PMH, each as a work."""

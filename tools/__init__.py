"""Tools for whoever looks after the course: reading lessons, running them, keeping what is computed in sync."""

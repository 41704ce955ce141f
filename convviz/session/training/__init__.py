"""Trainings of an experiment: the job on the compute thread, and what is kept of it."""

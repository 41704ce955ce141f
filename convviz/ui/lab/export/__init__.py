"""What the Lab shows as a figure or an animation for slides."""

"""What torch does with a spec: build, trace, train. No Qt, no threads."""

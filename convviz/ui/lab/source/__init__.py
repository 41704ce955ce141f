"""The inputs of the Lab: where each comes from, and the card on which it is chosen."""

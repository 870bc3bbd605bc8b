"""Games of a network against itself."""

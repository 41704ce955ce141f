"""What an experiment *is*: networks, their geometry, weights, drawings, pictures. numpy only."""

"""From a lesson and its reference to the notebook that students get, and proof that it is sound."""

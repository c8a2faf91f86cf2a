"""What each input has of a spread: Sobol' and Shapley shares."""

"""The pages: families, desk, tablets."""

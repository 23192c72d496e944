"""How a store grows: times at 1,000 to 100,000 stored articles."""

"""Files of assets on their way in: `reading` makes rows of a file, `mapping` says which column is what, `checking`
judges each row, `writing` keeps them by batches. A trial and a real import judge by the same code."""

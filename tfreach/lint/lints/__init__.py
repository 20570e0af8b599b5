"""One file per lint: what it says, wrong and right HCL, and the function that looks for it."""

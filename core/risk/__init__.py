"""Step 4, risk: how easily a patient could be picked out. Empty until its measures exist."""

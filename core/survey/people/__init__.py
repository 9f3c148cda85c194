"""Who the rows are about: keys, identities, registration, recall and what is known of each."""

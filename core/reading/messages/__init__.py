"""Messages and letters as tables: FHIR, GP2GP, HL7 v3, EDIFACT, Kettering, MESH."""

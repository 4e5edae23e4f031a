"""Pages as people see them: one module for each medium, each follows a new report by itself."""

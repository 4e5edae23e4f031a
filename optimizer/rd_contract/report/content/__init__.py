"""What reports say and draw, a module for each subject: from answers to pages and pictures."""

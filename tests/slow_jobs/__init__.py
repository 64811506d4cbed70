"""An app for tests alone: a job that takes as long as it is told, to be interrupted by killing its worker."""

"""The ground floor: what every app needs and no app owns. A closed list of modules without a domain noun."""

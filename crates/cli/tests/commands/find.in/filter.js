// Branches that begin with a capital R or O.
{ branch: /^[RO]/ }

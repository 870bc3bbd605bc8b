"""Game records: SGF, `.tsv.xz`, games.data, and the HDF5 game store that they all go into."""

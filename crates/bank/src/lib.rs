//! What card data is: the two collections, the import contract, the sample generator.

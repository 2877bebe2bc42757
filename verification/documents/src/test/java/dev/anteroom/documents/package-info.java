/** Tests that compare the documents with the tree. */
@NullMarked
package dev.anteroom.documents;

import org.jspecify.annotations.NullMarked;

/** Tests that hold the documents to the tree. */
@NullMarked
package dev.anteroom.documents;

import org.jspecify.annotations.NullMarked;

/**
 * The catalogue of settings: each is declared once, and its option, its key in a file, its documents, and whether a
 * reload may change it follow from that. Knows the records of {@code config}, which do not know it.
 */
package dev.anteroom.gateway.catalogue;

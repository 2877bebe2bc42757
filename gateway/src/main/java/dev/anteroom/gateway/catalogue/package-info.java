/**
 * The catalogue of settings. Each setting is declared once; its option, its key in a file, its documents, and whether a
 * reload may change it follow from that. The catalogue depends on the records of {@code config}, which do not depend on
 * it.
 */
package dev.anteroom.gateway.catalogue;

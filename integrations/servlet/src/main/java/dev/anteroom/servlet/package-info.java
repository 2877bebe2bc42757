/** A filter that gates the requests of a servlet application: {@link dev.anteroom.servlet.AdmissionFilter}. */
package dev.anteroom.servlet;

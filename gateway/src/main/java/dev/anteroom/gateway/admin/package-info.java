/** The gateway watched and changed over HTTP. */
package dev.anteroom.gateway.admin;

/** The admin server: watches and changes the gateway over HTTP. */
package dev.anteroom.gateway.admin;

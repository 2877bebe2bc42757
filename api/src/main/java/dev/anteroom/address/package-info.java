/**
 * IP addresses and ranges of them, as people write them and as logs print them. No name is ever looked up.
 */
package dev.anteroom.address;

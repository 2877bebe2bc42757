/** The TCP admission gateway: its command line, admin page and metrics. */
package dev.anteroom.gateway;

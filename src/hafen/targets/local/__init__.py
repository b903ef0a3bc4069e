"""This machine: replicas as processes under supervisord, Traefik before them."""

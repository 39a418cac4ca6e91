"""JupyterHub for `npm run test:hub`: any user name is let in, each gets a JupyterLab as the system's user of that name, a service runs cells."""
import os

base = os.environ["HUB_BASE"]
c = get_config()  # noqa: F821
c.JupyterHub.bind_url = "http://127.0.0.1:%s" % os.environ["HUB_PORT"]
c.JupyterHub.hub_bind_url = "http://127.0.0.1:%s" % os.environ["HUB_INNER_PORT"]
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:%s" % os.environ["HUB_PROXY_PORT"]
c.ConfigurableHTTPProxy.command = [os.environ["HUB_NODE"], os.environ["HUB_PROXY"]]
c.JupyterHub.db_url = "sqlite:///%s/hub/hub.sqlite" % base
c.JupyterHub.cookie_secret_file = "%s/hub/cookie" % base
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "localprocess" if os.environ["HUB_USERS"] == "real" else "simple"
c.Spawner.start_timeout = c.Spawner.http_timeout = 300
c.Spawner.env_keep = ["PATH", "LANG"]
c.Spawner.environment = {"SPIKELAB_DATA": os.environ["SPIKELAB_DATA"], "SPIKELAB_DORMANT": os.environ["HUB_DORMANT"]}
c.JupyterHub.services = [{"name": "teacher", "api_token": os.environ["HUB_TOKEN"]}]
c.JupyterHub.load_roles = [
    {"name": "teacher", "scopes": ["admin:users", "admin:servers", "access:servers"], "services": ["teacher"]}
]

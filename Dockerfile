# The participant's machine: VS Code in a browser, git, Python, Node.
#
#   script/image                                              any machine, a registry or not
#   docker build --target sandbox-lite -t thon/sandbox-lite .   by hand, with Docker Hub
#
# What THON expects of any image that it starts is the contract of the label `thon.contract`:
# code-server is the main process, `/healthz` answers 200 on 8443, HASHED_PASSWORD is honoured.
ARG BASE=ubuntu:24.04

FROM ${BASE} AS system
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      bash-completion ca-certificates curl git less nano openssh-client procps python3 python3-venv tini \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
# 1001, because Ubuntu's images already have a user 1000.
RUN groupadd --gid 1001 vscode \
 && useradd --uid 1001 --gid 1001 --create-home --shell /bin/bash vscode \
 && install -d -o vscode -g vscode /workspace /var/cache/thon

# A network that answers with its own certificates hands them in as the secret `ca`; it stays out of the image.
FROM system AS editor
COPY image/with-ca image/install-node /build/
ARG NODE_VERSION=24.19.0
RUN --mount=type=secret,id=ca /build/with-ca /build/install-node "${NODE_VERSION}"
COPY image/install-code-server /build/
ARG CODE_SERVER_VERSION=4.139.1
RUN --mount=type=secret,id=ca /build/with-ca /build/install-code-server "${CODE_SERVER_VERSION}"

FROM system AS sandbox-lite
COPY --from=editor /opt/node /opt/node
COPY --from=editor /opt/code-server /opt/code-server
# A login shell resets PATH; what participants call has to be where every PATH looks.
RUN ln -s /opt/node/bin/node /opt/node/bin/npm /opt/node/bin/npx /usr/local/bin/
COPY image/sandbox image/warm-up /opt/thon/
COPY image/code-server.yaml image/settings.json /etc/thon/
# Built in, outside the home: a new image brings it to volumes that were made with an older one.
COPY image/agent /opt/code-server/lib/vscode/extensions/thon-agent
ENV LANG=C.UTF-8 \
    SHELL=/bin/bash \
    NODE_COMPILE_CACHE=/var/cache/thon/node \
    THON_RECONNECTION_GRACE_S=10800
USER vscode
WORKDIR /workspace
# Compiled code is kept per user id, so this runs as the one that serves.
RUN /opt/thon/warm-up
EXPOSE 8443
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:8443/healthz"]
# tini reaps what terminals leave behind and ends with code-server's own exit code.
ENTRYPOINT ["tini", "-s", "--", "/opt/thon/sandbox"]
ARG THON_VERSION=dev
LABEL org.opencontainers.image.title="THON sandbox (lite)" \
      thon.contract="1" \
      thon.version="${THON_VERSION}"

# The daemon and all commands on a slim Node, for a machine with a GPU; compose.yaml shows how to use it.
#
# CUDA is not in the image: those without a GPU would pull 1.6 GB too, one image could serve only one of the two versions that drivers
# need, and we would redistribute NVIDIA's libraries. The first start with a GPU installs what fits its driver into the data volume,
# where it stays.
ARG BASE_IMAGE=node:22-slim

FROM ${BASE_IMAGE} AS build
ENV ONNXRUNTIME_NODE_INSTALL=skip
WORKDIR /source
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
# What npm would publish, and what that needs to run, for Linux only.
RUN npm pack --pack-destination /tmp \
  && mkdir /app \
  && tar -xzf /tmp/lora-bridge-*.tgz -C /app --strip-components=1 \
  && npm prune --omit=dev --no-audit --no-fund \
  && mv node_modules /app/ \
  && find /app/node_modules/onnxruntime-node/bin/napi-v6 -mindepth 1 -maxdepth 1 ! -name linux -exec rm -r {} +

FROM ${BASE_IMAGE}
COPY --from=build /app /app
COPY --chmod=755 scripts/container/entrypoint.sh /usr/local/bin/container-entrypoint
RUN ln -s /app/dist/cli/main.js /usr/local/bin/lora-bridge \
  && mkdir /data \
  && chown 1000:1000 /data
# NVIDIA's container toolkit provides the driver, and nvidia-smi with it, where these are set.
ENV NODE_ENV=production \
  HOME=/data \
  LORA_BRIDGE_HOME=/data \
  HF_HOME=/data/huggingface \
  NVIDIA_VISIBLE_DEVICES=all \
  NVIDIA_DRIVER_CAPABILITIES=compute,utility
USER 1000:1000
WORKDIR /data
VOLUME /data
# While CUDA is being fetched there is no daemon yet.
HEALTHCHECK --interval=30s --timeout=10s --start-period=15m CMD ["lora-bridge", "status"]
ENTRYPOINT ["container-entrypoint"]
CMD ["daemon"]

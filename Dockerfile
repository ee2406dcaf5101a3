FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund --omit=optional
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build && npm prune --omit=dev --omit=optional --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json slack-app-manifest.yaml LICENSE ./
COPY migrations migrations
COPY templates templates
USER node
EXPOSE 3000
ENTRYPOINT ["node", "--enable-source-maps", "dist/main.js"]
CMD ["start"]

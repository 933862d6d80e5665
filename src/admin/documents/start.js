// The page asks nobody but the broker that it comes from: no validator, no fonts, no pictures.
SwaggerUIBundle({
  url: "/v3/api-docs/TBMQ",
  dom_id: "#swagger-ui",
  deepLinking: true,
  docExpansion: "none",
  validatorUrl: null,
});

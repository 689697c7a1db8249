// Sets the theme before the first paint, so that a dark page never flashes white. The page's own code keeps it up to date.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem('strata.theme');
  } catch (e) {
    /* no storage: follow the system */
  }
  var dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();

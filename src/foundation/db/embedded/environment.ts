/** For PostgreSQL's programs: an odd LC_ALL of the caller makes initdb and postgres fail. */
export const environment = { LC_ALL: 'C', PATH: '/usr/bin:/bin', TZ: 'UTC' }

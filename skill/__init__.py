from skill.ready import use

use()

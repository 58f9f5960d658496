// Fires the kiln.
class Kiln {
  /** Returns the heat. */
  heat(hours) {
    return hours * 100;
  }
}

function cool(kiln) {
  return kiln.heat(0);
}

package tasknet;

class Placeholder {}
